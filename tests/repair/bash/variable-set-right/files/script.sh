set -u
# Everything goes to the target folder.
target_dir=/tmp
ls -d "$targt_dir"
