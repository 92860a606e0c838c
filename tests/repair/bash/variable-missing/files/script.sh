set -u
echo "$deploy_target"
