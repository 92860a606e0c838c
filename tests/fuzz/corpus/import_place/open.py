from x import (
"""