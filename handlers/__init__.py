"""What we say and decide: plain synchronous functions with no network and no clock."""
