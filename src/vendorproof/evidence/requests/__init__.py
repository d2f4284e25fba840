"""What a request is made of before it is sent."""
