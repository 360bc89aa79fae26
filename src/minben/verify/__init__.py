"""驗證 Checks a person's bundle without the platform: no Django, no network, no trust in us."""
