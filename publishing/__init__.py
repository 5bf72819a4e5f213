"""Bulletins as the public reads them: pages, feeds, mails, how a matter goes."""
