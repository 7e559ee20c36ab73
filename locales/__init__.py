"""Catalogues: messages.pot and <language>/LC_MESSAGES/messages.po."""
