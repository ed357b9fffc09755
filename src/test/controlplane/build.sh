#!/usr/bin/env bash
# Builds the programs of the test bed when they are missing or when their Go modules changed:
#   controlplane/  etcd, kube-apiserver, kube-scheduler, kube-controller-manager and kubectl, one binary under five names
#   tools/         helm and promtool
# into ${KUBE_API_TEST_DIR:-~/.kubeapitest}, where kube-api-test of Fabric8 looks as well.
#
# Usage: build.sh KUBERNETES_VERSION, e.g. build.sh 1.36.3
#
# Without Go it says what is left out and succeeds; with CI=true it fails instead.
set -euo pipefail

kubernetes=${1:?usage: build.sh KUBERNETES_VERSION, e.g. 1.36.3}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
base=${KUBE_API_TEST_DIR:-$HOME/.kubeapitest}

case $(uname -s) in Darwin) os=darwin ;; *) os=linux ;; esac
case $(uname -m) in
  aarch64 | arm64) arch=arm64 ;;
  ppc64le) arch=ppc64le ;;
  *) arch=amd64 ;;
esac

programs=(etcd kube-apiserver kube-scheduler kube-controller-manager kubectl)
program_dir=$base/k8s/$kubernetes-$os-$arch

# The version in go.mod of the module $1, without v.
tool_version() {
  local line
  while read -r line; do
    [[ $line == "$1 v"* ]] && { line=${line#"$1 v"}; echo "${line%% *}"; return; }
  done <"$here/tools/go.mod"
  echo "build.sh: tools/go.mod does not name $1" >&2
  return 1
}
helm=$(tool_version helm.sh/helm/v3)
promtool=$(tool_version github.com/prometheus/prometheus)

# What a build is made from: $1 is the folder of the module, $2 what else goes in.
sources() { { cat "$here/$1"/go.* "$here/build.sh"; find "$here/$1" -name '*.go' -exec cat {} +; echo "$2"; } | cksum; }

# Whether the folder $1 holds what was built from $2; the stamp is written last.
is_current() { [[ -f $1/.built-from && $(<"$1/.built-from") == "$2" ]]; }

program_sources=$(sources controlplane "$kubernetes")
tool_sources=$(sources tools "$kubernetes")

missing() {
  missing=()
  is_current "$program_dir" "$program_sources" || missing+=(controlplane)
  is_current "$base/tools/helm-$helm" "$tool_sources" || missing+=(helm)
  is_current "$base/tools/promtool-$promtool" "$tool_sources" || missing+=(promtool)
}

# Fails in continuous integration; elsewhere the tests that need the missing parts skip themselves.
give_up() {
  if [[ ${CI:-} == true ]]; then
    echo "[test bed] CI=true, but $1: $2" >&2
    exit 1
  fi
  echo "[test bed] not built: ${missing[*]}, because $1; tests that need them are skipped, or use what is in $base. To run them: $2" >&2
  exit 0
}

# Moves the files of the folder $1 into $2, each at once, so that nobody ever sees half a program.
install_all() {
  local file
  mkdir -p "$2"
  rm -f "$2/.built-from"
  for file in "$1"/*; do mv -f "$file" "$2/"; done
  echo "$3" >"$1/.built-from"
  mv -f "$1/.built-from" "$2/"
  rmdir "$1"
}

go_build() {
  local module=$1 output=$2 flags=$3 package=$4
  (cd "$here/$module" && CGO_ENABLED=0 GOFLAGS= GOWORK=off go build -mod=readonly -trimpath -ldflags "-s -w $flags" -o "$output" "$package") ||
    give_up "go build failed, see above" "check the access to a Go module proxy (go env GOPROXY)"
}

build_programs() {
  local minor=${kubernetes#*.} out package flags= name
  minor=${minor%%.*}
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=" -X $package.gitVersion=v$kubernetes -X $package.gitMajor=${kubernetes%%.*} -X $package.gitMinor=$minor"
  done
  grep -q "k8s.io/kubernetes v$kubernetes\$" "$here/controlplane/go.mod" ||
    { echo "build.sh: controlplane/go.mod does not name k8s.io/kubernetes v$kubernetes" >&2; exit 1; }
  out=$work/programs
  mkdir "$out"
  go_build controlplane "$out/etcd" "$flags" .
  for name in "${programs[@]:1}"; do ln "$out/etcd" "$out/$name"; done
  install_all "$out" "$program_dir" "$program_sources"
}

build_helm() {
  local flags="-X helm.sh/helm/v3/internal/version.version=v$helm -X helm.sh/helm/v3/internal/version.gitTreeState=clean" minor=${kubernetes#*.} package
  for package in lint/rules chartutil; do
    flags+=" -X helm.sh/helm/v3/pkg/$package.k8sVersionMajor=${kubernetes%%.*} -X helm.sh/helm/v3/pkg/$package.k8sVersionMinor=${minor%%.*}"
  done
  mkdir "$work/helm"
  go_build tools "$work/helm/helm" "$flags" helm.sh/helm/v3/cmd/helm
  install_all "$work/helm" "$base/tools/helm-$helm" "$tool_sources"
}

build_promtool() {
  # The Go module v0.315.0 is Prometheus 3.15.0.
  local digits=${promtool#0.} release
  release=${digits%%.*}
  release=${release:0:1}.$((10#${release:1})).${digits#*.}
  mkdir "$work/promtool"
  go_build tools "$work/promtool/promtool" "-X github.com/prometheus/common/version.Version=$release" \
    github.com/prometheus/prometheus/cmd/promtool
  install_all "$work/promtool" "$base/tools/promtool-$promtool" "$tool_sources"
}

missing
[[ ${#missing[@]} -eq 0 ]] && exit 0

command -v go >/dev/null ||
  give_up "Go is not on the PATH" "install Go 1.26 or later (https://go.dev/dl), or set PATH so that go is found"

# One build at a time where the system can lock; without the lock two builds only do the work twice.
mkdir -p "$base"
if command -v flock >/dev/null; then
  exec 9>"$base/.build.lock"
  flock 9
  missing
  [[ ${#missing[@]} -eq 0 ]] && exit 0
fi

# In the same file system, so that a move is one step.
work=$(mktemp -d "$base/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "[test bed] building ${missing[*]} from Go modules into $base; the first time takes some minutes" >&2
for part in "${missing[@]}"; do
  case $part in
    controlplane) build_programs ;;
    helm) build_helm ;;
    promtool) build_promtool ;;
  esac
done
