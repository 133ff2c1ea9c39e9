"""Images, read by libvips in processes of their own."""
