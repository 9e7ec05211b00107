{{/* What names are made of. */}}
{{- define "kusto-sink-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of all objects: the same for every release, unless it is overridden. */}}
{{- define "kusto-sink-operator.fullname" -}}
{{- default "kusto-sink-operator" .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "kusto-sink-operator.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{- define "kusto-sink-operator.serviceAccountName" -}}
{{- default (include "kusto-sink-operator.fullname" .) .Values.serviceAccount.name }}
{{- end }}

{{/* What selects the operator's pods; a Deployment's selector cannot be changed. */}}
{{- define "kusto-sink-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "kusto-sink-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "kusto-sink-operator.labels" -}}
{{- $own := dict
  "app.kubernetes.io/name" (include "kusto-sink-operator.name" .)
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/component" "operator"
  "app.kubernetes.io/part-of" "kusto-sink"
  "app.kubernetes.io/version" (.Chart.AppVersion | toString)
  "app.kubernetes.io/managed-by" .Release.Service
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") }}
{{- toYaml (merge $own (default dict .Values.commonLabels)) }}
{{- end }}

{{/*
Name, labels and annotations of an object. Called with a list: the root, a suffix of the name, and a dictionary with
`namespaced`, `labels` and `annotations`, each of which may be left out.
*/}}
{{- define "kusto-sink-operator.metadata" -}}
{{- $root := index . 0 }}
{{- $more := index . 2 }}
{{- $labels := merge (include "kusto-sink-operator.labels" $root | fromYaml) (default dict $more.labels) }}
{{- $annotations := merge (dict) (default dict $more.annotations) (default dict $root.Values.commonAnnotations) -}}
name: {{ default (printf "%s%s" (include "kusto-sink-operator.fullname" $root) (index . 1)) $more.name }}
{{- with $more.namespace }}
namespace: {{ . }}
{{- end }}
labels:
  {{- toYaml $labels | nindent 2 }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The name of an image. Called with a list: the image's values, the registry that stands in, the tag that stands in. */}}
{{- define "kusto-sink-operator.image" -}}
{{- $image := index . 0 }}
{{- with default (index . 1) $image.registry }}{{ trimSuffix "/" . }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ default (index . 2) $image.tag }}{{ end }}
{{- end }}

{{- define "kusto-sink-operator.workerImage" -}}
{{- include "kusto-sink-operator.image" (list .Values.worker.image .Values.image.registry .Chart.AppVersion) }}
{{- end }}

{{/* The labels that the operator gives all that it makes for a sink, which no value can change. */}}
{{- define "kusto-sink-operator.workerOwnLabels" -}}
{{- list "app.kubernetes.io/component" "app.kubernetes.io/instance" "app.kubernetes.io/managed-by" "app.kubernetes.io/name"
  "app.kubernetes.io/part-of" "kustosink.dev/sink" | toJson }}
{{- end }}

{{/* The labels of the workers' PodMonitors beside those: what selects the operator's monitor selects them, too. */}}
{{- define "kusto-sink-operator.workerPodMonitorLabels" -}}
{{- $metrics := .Values.metrics }}
{{- $monitor := ternary $metrics.serviceMonitor $metrics.podMonitor $metrics.serviceMonitor.enabled }}
{{- $labels := deepCopy (default (default dict $monitor.labels) $metrics.workerPodMonitorLabels) }}
{{- range include "kusto-sink-operator.workerOwnLabels" . | fromJsonArray }}
{{- $_ := unset $labels . }}
{{- end }}
{{- toJson $labels }}
{{- end }}

{{/* The value that stands for an option of the operator, by the option's name. */}}
{{- define "kusto-sink-operator.optionValues" -}}
{{- dict
  "lease-name" "fullnameOverride"
  "listen" "listen.host and listen.port"
  "log-format" "log.format"
  "log-level" "log.level"
  "n" "watchNamespaces"
  "namespace" "watchNamespaces"
  "no-leader-election" "leaderElection.enabled"
  "pod-monitor-label" "metrics.workerPodMonitorLabels"
  "watch-secrets-by-name" "rbac.secretAccess"
  "worker-image" "worker.image"
  "workers" "concurrency" | toJson }}
{{- end }}

{{/* Not empty where resources of the Prometheus operator can be made. */}}
{{- define "kusto-sink-operator.hasMonitoring" -}}
{{- if or .Values.metrics.assumeMonitoringAPI (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1") }}true{{ end }}
{{- end }}

{{/* What a monitor says about its endpoint. Called with the monitor's values. */}}
{{- define "kusto-sink-operator.endpoint" -}}
- port: http
  path: /metrics
  # The label `namespace` of the operator's metrics is the sink's, not that of the operator's pod.
  honorLabels: true
  {{- with .interval }}
  interval: {{ . }}
  {{- end }}
  {{- with .scrapeTimeout }}
  scrapeTimeout: {{ . }}
  {{- end }}
  {{- with .relabelings }}
  relabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* The alerts of files/alerts.yaml, as a dictionary `alerts` of their names. */}}
{{- define "kusto-sink-operator.alertNames" -}}
{{- $names := list }}
{{- range .Files.Get "files/alerts.yaml" | fromYaml | dig "spec" "groups" list }}
{{- range .rules }}{{ with .alert }}{{ $names = append $names . }}{{ end }}{{ end }}
{{- end }}
{{- dict "alerts" $names | toJson }}
{{- end }}

{{/* Ends with a sentence for each contradiction of the values. */}}
{{- define "kusto-sink-operator.validate" -}}
{{- $problems := list }}
{{- $rbac := .Values.rbac }}
{{- if and (not .Values.leaderElection.enabled) (gt (int .Values.replicaCount) 1) }}
{{- $problems = append $problems (printf "replicaCount is %d, but without leader election there may be only one operator: set replicaCount to 1, or leaderElection.enabled to true." (int .Values.replicaCount)) }}
{{- end }}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) }}
{{- $problems = append $problems "serviceAccount.name is empty, but serviceAccount.create is false: name the ServiceAccount that the operator is to use. The ServiceAccount default would give the operator's rights to every pod of the namespace." }}
{{- end }}
{{- if and (eq $rbac.secretAccess "names") (not $rbac.secretNames) }}
{{- $problems = append $problems "rbac.secretAccess is names, but rbac.secretNames is empty: list the names of the Secrets that sinks refer to." }}
{{- end }}
{{- if and (eq $rbac.secretAccess "namespaces") (not $rbac.secretNamespaces) }}
{{- $problems = append $problems "rbac.secretAccess is namespaces, but rbac.secretNamespaces is empty: list the namespaces whose Secrets the operator may read." }}
{{- end }}
{{- if and $rbac.secretNames (ne $rbac.secretAccess "names") }}
{{- $problems = append $problems (printf "rbac.secretNames is set, but rbac.secretAccess is %s, which reads Secrets of any name: set rbac.secretAccess to names, or remove rbac.secretNames." $rbac.secretAccess) }}
{{- end }}
{{- if and $rbac.secretNamespaces (eq $rbac.secretAccess "cluster") }}
{{- $problems = append $problems "rbac.secretNamespaces is set, but rbac.secretAccess is cluster, which reads Secrets wherever sinks are: set rbac.secretAccess to namespaces, or remove rbac.secretNamespaces." }}
{{- end }}
{{- if .Values.watchNamespaces }}
{{- range $rbac.secretNamespaces }}
{{- if not (has . $.Values.watchNamespaces) }}
{{- $problems = append $problems (printf "rbac.secretNamespaces has %s, which is not among watchNamespaces: the operator would read Secrets where it looks after no sinks. Add it to watchNamespaces, or remove it." .) }}
{{- end }}
{{- end }}
{{- end }}
{{- $budget := .Values.podDisruptionBudget }}
{{- $hasMaximum := not (kindIs "invalid" $budget.maxUnavailable) }}
{{- $hasMinimum := not (kindIs "invalid" $budget.minAvailable) }}
{{- if and $budget.enabled (eq $hasMaximum $hasMinimum) }}
{{- $problems = append $problems "podDisruptionBudget takes either maxUnavailable or minAvailable: set one of them, and the other to null." }}
{{- end }}
{{- $metrics := .Values.metrics }}
{{- if and $metrics.serviceMonitor.enabled $metrics.podMonitor.enabled }}
{{- $problems = append $problems "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled are both true, and every metric would be read twice: enable one of them." }}
{{- end }}
{{- if and $metrics.serviceMonitor.enabled (not $metrics.service.enabled) }}
{{- $problems = append $problems "metrics.serviceMonitor.enabled is true, but there is no Service to select: set metrics.service.enabled to true, or use metrics.podMonitor." }}
{{- end }}
{{- range include "kusto-sink-operator.workerOwnLabels" . | fromJsonArray }}
{{- if hasKey (default dict $metrics.workerPodMonitorLabels) . }}
{{- $problems = append $problems (printf "metrics.workerPodMonitorLabels has %s, which the operator sets itself: remove it, and select the workers' PodMonitors by another label." .) }}
{{- end }}
{{- end }}
{{- $options := include "kusto-sink-operator.optionValues" . | fromJson }}
{{- range .Values.extraArgs }}
{{- $option := regexFind "^[a-z-]+" (regexReplaceAll "^--?" . "") }}
{{- $value := get $options $option }}
{{- if $value }}
{{- $problems = append $problems (printf "extraArgs has %s: set %s in its place." . $value) }}
{{- end }}
{{- end }}
{{- $alerts := (include "kusto-sink-operator.alertNames" . | fromJson).alerts }}
{{- range $metrics.prometheusRule.disabled }}
{{- if not (has . $alerts) }}
{{- $problems = append $problems (printf "metrics.prometheusRule.disabled has %s, but there is no such alert: there are %s." . (join ", " $alerts)) }}
{{- end }}
{{- end }}
{{- if $problems }}
{{- fail (printf "\n\n%s\n" (join "\n" $problems)) }}
{{- end }}
{{- end }}
