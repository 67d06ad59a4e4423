{{- define "splitrank.name" -}}
{{- if contains "splitrank" .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-splitrank" .Release.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "splitrank.selector" -}}
app.kubernetes.io/name: splitrank
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "splitrank.labels" -}}
{{ include "splitrank.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "splitrank.image" -}}
{{- with .Values.image }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}{{ end }}
{{- end }}

{{- define "splitrank.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "splitrank.name" .) }}
{{- end }}

{{- /* A quantity such as 2Gi, in MiB. */ -}}
{{- define "splitrank.mib" -}}
{{- if hasSuffix "Gi" . }}{{ mul (trimSuffix "Gi" . | int64) 1024 }}{{ else }}{{ trimSuffix "Mi" . | int64 }}{{ end }}
{{- end }}

{{- /* What the chart knows, under what the user says. Numbers stay whole: YAML would write 4e+08. */ -}}
{{- define "splitrank.config" -}}
{{- $mib := include "splitrank.mib" .Values.memory | int64 }}
{{- $own := dict
  "addr" ":8000"
  "log-format" "json"
  "drain-delay" (printf "%ds" (int64 .Values.stop.drain))
  "shutdown-timeout" (printf "%ds" (int64 .Values.stop.shutdown))
  "max-in-flight-bytes" (div (mul $mib 1048576) 5 | toString)
  "vectors" .Values.vectors.kind
  "vectors-disk" (mul (include "splitrank.mib" .Values.vectors.size | int64) 1048576 | toString)
  "vectors-dir" "/var/lib/splitrank/vectors" }}
{{- if .Values.keys.secret }}{{ $_ := set $own "api-keys-file" (printf "/run/secrets/splitrank/%s" .Values.keys.file) }}{{ end }}
{{- range $key, $value := .Values.config }}
{{- $_ := set $own $key (ternary (printf "%v" ($value | int64)) $value (kindIs "float64" $value | and (eq (toString (floor $value)) (toString $value)))) }}
{{- end }}
{{- toYaml $own }}
{{- end }}

{{- /* What no schema can compare. */ -}}
{{- define "splitrank.check" -}}
{{- if le (int64 .Values.stop.grace) (add (int64 .Values.stop.drain) (int64 .Values.stop.shutdown)) }}
{{- fail (printf "stop.grace (%d s) has to be longer than stop.drain and stop.shutdown together (%d s), else requests are cut off" (int64 .Values.stop.grace) (add (int64 .Values.stop.drain) (int64 .Values.stop.shutdown))) }}
{{- end }}
{{- if gt (int64 .Values.autoscaling.min) (int64 .Values.autoscaling.max) }}
{{- fail (printf "autoscaling.min (%d) is above autoscaling.max (%d)" (int64 .Values.autoscaling.min) (int64 .Values.autoscaling.max)) }}
{{- end }}
{{- if lt (include "splitrank.mib" .Values.memory | int64) 512 }}
{{- fail (printf "memory (%s) is too little: a process takes 512Mi at least" .Values.memory) }}
{{- end }}
{{- if and .Values.keys.secret .Values.monitoring.serviceMonitor (not .Values.keys.clientSecret) }}
{{- fail "keys.secret closes /metrics too: keys.clientSecret has to name a secret with a key for Prometheus" }}
{{- end }}
{{- end }}
