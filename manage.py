"""Django's own commands for builders: `python manage.py makemigrations -n what_it_does`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minben.config.settings")
    execute_from_command_line(sys.argv)
