# Completion of splitrank for bash: source <(splitrank completion bash)
_splitrank() {
  local typed=${COMP_WORDS[COMP_CWORD]} kind= line
  [[ $typed == = ]] && typed=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then
      kind=$line
    else
      COMPREPLY+=("${line%%$'\t'*}")
    fi
  done < <("$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $kind in
    files) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$typed") ;;
    dirs) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$typed") ;;
    *) return ;;
  esac
  compopt -o filenames 2>/dev/null
}
complete -F _splitrank splitrank
