"""What can be done here, each declared once: the API's route, the call of a command, and an assistant's tool."""
