#compdef splitrank
# Completion of splitrank for zsh: splitrank completion zsh > a folder of $fpath, as _splitrank
_splitrank() {
  local kind line
  local -a lines found
  lines=("${(@f)$(${words[1]} complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  kind=${lines[1]}
  for line in "${(@)lines[2,-1]}"; do
    found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  (( ${#found} )) && _describe splitrank found
  case $kind in
    files) _files ;;
    dirs) _files -/ ;;
  esac
}
if [[ ${funcstack[1]} == _splitrank ]]; then
  _splitrank "$@"
else
  compdef _splitrank splitrank
fi
