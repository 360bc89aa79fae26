"""示範機關 Six agencies, each a process of its own on the provider kit; none knows the platform."""
