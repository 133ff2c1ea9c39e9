"""What is checked, approved by a person, and posted exactly once: the subject of review-and-publish."""
