set -e
local bees=3
echo "$bees"
