"""What we remember: functions grouped by noun over real tables."""
