"""A call goes in, a protected call comes out: the heart."""
