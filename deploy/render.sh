#!/usr/bin/env bash
# Renders the chart with its default values into the files of this folder, for `kubectl apply -k deploy`.
# Usage: deploy/render.sh [FOLDER]   (HELM names the program, if it is not on the PATH)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:-$here}

# $1 file below the folder, $2 template, then values.
render() {
  local file=$out/$1 template=$2
  shift 2
  mkdir -p "$(dirname "$file")"
  {
    echo "# Rendered from charts/offtake; make it anew with: deploy/render.sh"
    "${HELM:-helm}" template offtake "$here/../charts/offtake" --namespace offtake-system --kube-version 1.36.0 \
      --api-versions admissionregistration.k8s.io/v1/MutatingAdmissionPolicy --show-only "templates/$template" "$@" |
      sed -e '/^# Source: /d' -e '1{/^---$/d}'
  } >"$file.new"
  mv "$file.new" "$file"
}

render namespace.yaml namespace.yaml --set namespace.create=true
for crd in "$here"/../charts/offtake/templates/crds/*.yaml; do
  render "crds/offtake.dev_${crd##*/}" "crds/${crd##*/}"
done
render rbac.yaml rbac.yaml
render policies.yaml policies.yaml
render operator.yaml operator.yaml
render uncontracted-refuse.yaml uncontracted-refuse.yaml --set uncontracted=Refuse

# The rules for a Prometheus without its operator: what the PrometheusRule has under spec.
render prometheus/rules.yaml prometheus-rule.yaml --set alerts.prometheusRule.create=true
sed -e '2,/^spec:$/d' -e 's/^  //' "$out/prometheus/rules.yaml" >"$out/prometheus/rules.yaml.new"
mv "$out/prometheus/rules.yaml.new" "$out/prometheus/rules.yaml"
