"""示範時戳機構 A simulated time-stamp authority: RFC 3161 over HTTP, for the demo town only."""
