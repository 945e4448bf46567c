"""Access: the policy of D42 as data, the viewer's rights, and the guards that the reader compiles in."""
