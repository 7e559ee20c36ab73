"""What a migrant can do."""
