"""What stands between the Service's side and the database."""
