"""What each vendor's mock alone does, one module a vendor."""
