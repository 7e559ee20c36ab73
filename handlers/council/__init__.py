"""What a member of the council can do."""
