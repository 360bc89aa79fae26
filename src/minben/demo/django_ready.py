"""Import this first in a program of the demo that uses rooms: it makes Django ready."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minben.config.settings")
django.setup()
