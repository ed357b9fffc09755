#!/usr/bin/env bash
# Runs localhost/offtake as the chart does: as the user of the image, on a read-only root, with an empty /tmp. As root, with the network of the host.
# Usage: src/test/image/run.sh FOLDER ARGUMENT...   (FOLDER is seen at /kube)
set -euo pipefail
image=localhost/offtake
folder=$1
shift
container=$(buildah from --pull=never "$image")
trap 'buildah umount "$container" >/dev/null; buildah rm "$container" >/dev/null' EXIT
root=$(buildah mount "$container")
mkdir -p "$root/kube"
mapfile -t entry < <(buildah inspect --type image --format '{{range .OCIv1.Config.Entrypoint}}{{println .}}{{end}}' "$image" | sed '/^$/d')
mapfile -t variables < <(buildah inspect --type image --format '{{range .OCIv1.Config.Env}}{{println .}}{{end}}' "$image" | sed '/^$/d')
user=$(buildah inspect --type image --format '{{.OCIv1.Config.User}}' "$image")

unshare --mount bash -c '
  set -euo pipefail
  root=$1 folder=$2
  shift 2
  mount --bind "$root" "$root"
  mount -o remount,bind,ro "$root"
  mount --rbind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/tmp"
  mount --bind -o ro "$folder" "$root/kube"
  # A process of its own, whose start is that of the container and not of these mounts.
  "$@" &
  child=$!
  trap "kill -TERM $child" TERM INT
  code=0
  wait $child || code=$?
  while kill -0 $child 2>/dev/null; do code=0; wait $child || code=$?; done
  exit $code' run "$root" "$folder" \
  chroot --userspec="$user" --groups= "$root" /usr/bin/env -i "${variables[@]}" ${JAVA_TOOL_OPTIONS:+"JAVA_TOOL_OPTIONS=$JAVA_TOOL_OPTIONS"} "${entry[@]}" "$@" &
child=$!
trap 'kill -TERM $child' TERM INT
code=0
wait $child || code=$?
# A signal ends the waiting, not the child.
while kill -0 $child 2>/dev/null; do code=0; wait $child || code=$?; done
exit $code
