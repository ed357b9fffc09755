{{/* Namespaces that the rules for everybody's pods leave out. */}}
{{- define "offtake.exemptNamespaces" -}}
{{- concat (list "kube-system" .Release.Namespace) .Values.exemptNamespaces | uniq | join ", " -}}
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
