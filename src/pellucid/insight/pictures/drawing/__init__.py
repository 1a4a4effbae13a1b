"""What draws the pictures, a file for each; imported when something is drawn."""
