#!/usr/bin/env bash
# Builds the image and tries it, as root on Debian with buildah and debootstrap, without any container registry:
# stand-ins of its base images are made from Debian's packages and from a JDK 25 at hand.
#
# Usage: src/test/image/check.sh JDK_25_HOME [MAVEN_OPTIONS]
#   e.g. src/test/image/check.sh /usr/lib/jvm/temurin-25-jdk-amd64 --offline
#
# Then dev.offtake.image.ImageIT starts it by run.sh as the user 65532 on a read-only root, against a real API server.
set -euo pipefail
jdk=${1:?usage: check.sh JDK_25_HOME [MAVEN_OPTIONS]}
maven_options=${2:-}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
cache=${OFFTAKE_BASE_CACHE:-/var/tmp/offtake-base}
export BUILDAH_ISOLATION=chroot

for program in buildah debootstrap; do
  command -v "$program" >/dev/null || { echo "check.sh: $program is missing: apt-get install buildah debootstrap" >&2; exit 2; }
done

# $1 image, $2 whether with the JDK
stand_in() {
  local container
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$cache/debian" / >/dev/null
  if [[ $2 == jdk ]]; then
    buildah add --quiet "$container" "$jdk" /opt/java/openjdk >/dev/null
    buildah config --env JAVA_HOME=/opt/java/openjdk --env PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  fi
  buildah commit --quiet --rm "$container" "$1" >/dev/null
}

[[ -d $cache/debian ]] || { debootstrap --variant=minbase bookworm "$cache/debian.new" >/dev/null; mv "$cache/debian.new" "$cache/debian"; }
buildah inspect --type image docker.io/library/debian:12-slim >/dev/null 2>&1 || stand_in docker.io/library/debian:12-slim plain
buildah inspect --type image docker.io/library/eclipse-temurin:25-jdk >/dev/null 2>&1 || stand_in docker.io/library/eclipse-temurin:25-jdk jdk

version=$(sed -n 's|^  <version>\(.*\)</version>$|\1|p' "$root/pom.xml")

# What only the build of the image needs is fetched here: a proxy that opens TLS is trusted by this machine, but not inside.
mvn -B -ntp -q -f "$root/pom.xml" org.cyclonedx:cyclonedx-maven-plugin:makeBom

# The local Maven repository is used and filled, as the cache of a build machine would be.
buildah build --layers --pull=never --volume "${MAVEN_REPOSITORY:-$HOME/.m2/repository}:/root/.m2/repository" \
  --build-arg MAVEN_OPTIONS="$maven_options" --build-arg VERSION="$version" --build-arg REVISION="$(git -C "$root" rev-parse HEAD)" \
  --tag localhost/offtake "$root"

# $1 name of a label of the image, $2 its value
labelled() {
  local value
  value=$(buildah inspect --type image --format "{{index .OCIv1.Config.Labels \"org.opencontainers.image.$1\"}}" localhost/offtake)
  [[ $value == "$2" ]] || { echo "check.sh: label $1 of the image is '$value', not '$2'" >&2; exit 1; }
}
labelled title Offtake
labelled version "$version"
container=$(buildah from --pull=never localhost/offtake)
sbom=missing
mounted=$(buildah mount "$container")
if [[ -s $mounted/opt/offtake/bom.json ]]; then sbom=there; fi
buildah umount "$container" >/dev/null
buildah rm "$container" >/dev/null
[[ $sbom == there ]] || { echo "check.sh: /opt/offtake/bom.json is missing in the image" >&2; exit 1; }
echo "check.sh: the image has its labels and its SBOM"

# The same sources give the same bytes, wherever they lie.
first=$(mktemp -d) second=$(mktemp -d)
trap 'rm -rf "$first" "$second"' EXIT
for copy in "$first" "$second"; do
  cp -r "$root/pom.xml" "$root/.mvn" "$root/deploy" "$root/src" "$copy"
  mvn -B -ntp -q -f "$copy/pom.xml" $maven_options -DskipStaticAnalysis -Dmaven.test.skip=true package
done
cmp "$first/target/offtake.jar" "$second/target/offtake.jar"
echo "check.sh: two builds of the jar are equal"

# What is there of the image is tried by a test.
mvn -B -ntp -f "$root/pom.xml" $maven_options verify -DskipStaticAnalysis -Dgroups.excluded=bench -Dtest=ManifestsTest -Dit.test=ImageIT -Dsurefire.failIfNoSpecifiedTests=false
buildah images --format '{{.Name}}:{{.Tag}} {{.Size}}' | grep -E 'localhost/offtake|debian:12'
