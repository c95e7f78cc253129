"""What the server keeps: rows in a database, every verb one transaction."""
