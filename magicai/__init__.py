"""MagicAI: AI workflows for content and e-commerce teams."""
