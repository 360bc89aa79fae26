"""示範機關 Six agencies, each a process of its own on the kit; none knows the platform."""
