{{/* Namespaces that the rules for everybody's pods leave out. */}}
{{- define "offtake.exemptNamespaces" -}}
"{{ concat (list "kube-system" .Release.Namespace) .Values.exemptNamespaces | uniq | join "\", \"" }}"
{{- end -}}

{{/* Which namespaces of tenants are enforced; the operator decides in the same way. */}}
{{- define "offtake.enforced" -}}
{{- if eq .Values.enforcement "Report" -}}
{key: offtake.dev/enforcement, operator: In, values: [Enforce]}
{{- else -}}
{key: offtake.dev/enforcement, operator: NotIn, values: [Report]}
{{- end -}}
{{- end -}}

{{/* The others. */}}
{{- define "offtake.reported" -}}
{{- if eq .Values.enforcement "Report" -}}
{key: offtake.dev/enforcement, operator: NotIn, values: [Enforce]}
{{- else -}}
{key: offtake.dev/enforcement, operator: In, values: [Report]}
{{- end -}}
{{- end -}}

{{/* What becomes of a pod of no tenant that the rules for everybody refuse. */}}
{{- define "offtake.actions" -}}
{{- if eq .Values.enforcement "Report" }}[Warn, Audit]{{ else }}[Deny]{{ end -}}
{{- end -}}

{{- define "offtake.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* Passes the Pod Security Standard `restricted`. */}}
{{- define "offtake.podSecurity" -}}
{runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
{{- end -}}
{{- define "offtake.containerSecurity" -}}
{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
{{- end -}}

{{/* The container of the init container and of `helm test`. */}}
{{- define "offtake.check" -}}
- name: check
  image: {{ include "offtake.image" . }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  args: [check]
  env:
  - {name: OFFTAKE_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
  resources:
    {{- toYaml .Values.resources | nindent 4 }}
  securityContext: {{ include "offtake.containerSecurity" . }}
  volumeMounts:
  - {name: tmp, mountPath: /tmp}
{{- end -}}

{{/*
A kind, from its file in files/crds. Not in crds/: Helm would never upgrade it there.
The annotation keeps it, and with it all pools and contracts, when the release is uninstalled.
*/}}
{{- define "offtake.crd" -}}
{{- $file := printf "files/crds/offtake.dev_%s" (base .Template.Name) -}}
{{- if .Values.crds.install -}}
{{- .Files.Get $file | required (printf "%s is missing" $file) | replace "\nmetadata:\n" "\nmetadata:\n  annotations:\n    helm.sh/resource-policy: keep\n" | trimSuffix "\n" -}}
{{- end -}}
{{- end -}}

{{/* The groups of alerts: files/prometheus/rules.yaml with the values in their places, without those that are off. */}}
{{- define "offtake.rules" -}}
{{- $alerts := .Values.alerts -}}
{{- $text := .Files.Get "files/prometheus/rules.yaml" | replace "@restartWindow@" $alerts.restartWindow | replace "@runbookUrl@" (trimSuffix "/" $alerts.runbookUrl) -}}
{{- range $name, $alert := $alerts.rules -}}
{{- range $key, $value := $alert -}}
{{- $text = replace (printf "@%s.%s@" $name $key) (toString $value) $text -}}
{{- end -}}
{{- end -}}
{{- $groups := list -}}
{{- range (fromYaml $text).groups -}}
{{- $rules := list -}}
{{- range .rules -}}
{{- if (index $alerts.rules .alert).enabled -}}
{{- $rules = append $rules (merge (dict "labels" (merge (deepCopy .labels) $alerts.labels)) .) -}}
{{- end -}}
{{- end -}}
{{- if $rules -}}
{{- $groups = append $groups (dict "name" .name "rules" $rules) -}}
{{- end -}}
{{- end -}}
{{- toYaml (dict "groups" $groups) -}}
{{- end -}}

{{/* A duration such as 1m30s in milliseconds. */}}
{{- define "offtake.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 "w" 604800000 "y" 31536000000 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+(ms|s|m|h|d|w|y)" . -1 -}}
{{- $digits := regexReplaceAll "^0+" (regexFind "^[0-9]+" .) "" | default "0" -}}
{{- $sum = add $sum (mul (int64 $digits) (get $units (regexFind "[a-z]+$" .))) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* Fails where the operator would refuse to start: the rules of its leader election. */}}
{{- define "offtake.leaderElectionFits" -}}
{{- with .Values.operator.leaderElection -}}
{{- $lease := include "offtake.milliseconds" .leaseDuration | int64 -}}
{{- $deadline := include "offtake.milliseconds" .renewDeadline | int64 -}}
{{- $retry := include "offtake.milliseconds" .retryPeriod | int64 -}}
{{- if or (lt $lease 1000) (ne (mod $lease 1000) 0) -}}
{{- fail (printf "operator.leaderElection.leaseDuration (%s) must be whole seconds, at least 1s" .leaseDuration) -}}
{{- end -}}
{{- if gt $lease 86400000 -}}
{{- fail (printf "operator.leaderElection.leaseDuration (%s) must be at most 24h" .leaseDuration) -}}
{{- end -}}
{{- if lt $retry 100 -}}
{{- fail (printf "operator.leaderElection.retryPeriod (%s) must be at least 100ms" .retryPeriod) -}}
{{- end -}}
{{- if ge $deadline $lease -}}
{{- fail (printf "operator.leaderElection.renewDeadline (%s) must be shorter than leaseDuration (%s)" .renewDeadline .leaseDuration) -}}
{{- end -}}
{{- if ge (mul 2 $retry) $deadline -}}
{{- fail (printf "operator.leaderElection.retryPeriod (%s) must be less than half of renewDeadline (%s)" .retryPeriod .renewDeadline) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Fails where the operator would refuse to start: the longest patience that it has. */}}
{{- define "offtake.patienceFits" -}}
{{- if gt (include "offtake.milliseconds" .Values.operator.spotPatience | int64) 2592000000 -}}
{{- fail (printf "operator.spotPatience (%s) must be at most 720h" .Values.operator.spotPatience) -}}
{{- end -}}
{{- end -}}

{{/* Fails where the Prometheus operator would refuse a monitor, or Prometheus would scrape each replica twice. */}}
{{- define "offtake.monitorsFit" -}}
{{- range $name := list "serviceMonitor" "podMonitor" -}}
{{- with index $.Values.metrics $name -}}
{{- if gt (include "offtake.milliseconds" .scrapeTimeout | int64) (include "offtake.milliseconds" .interval | int64) -}}
{{- fail (printf "metrics.%s.scrapeTimeout (%s) must not be longer than interval (%s)" $name .scrapeTimeout .interval) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.create .Values.metrics.podMonitor.create -}}
{{- fail "metrics.serviceMonitor.create and metrics.podMonitor.create: only one may be true, or every series is counted twice" -}}
{{- end -}}
{{- end -}}
