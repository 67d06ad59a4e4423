# Completion of splitrank for fish: splitrank completion fish > ~/.config/fish/completions/splitrank.fish
function __splitrank_complete
    set -l typed (commandline --current-token)
    set -l before (commandline --current-process --tokenize --cut-at-cursor)
    set -l lines ($before[1] complete -- $before[2..-1] "$typed" 2>/dev/null)
    for line in $lines[2..-1]
        echo $line
    end
    switch "$lines[1]"
        case files
            __fish_complete_path "$typed"
        case dirs
            __fish_complete_directories "$typed"
    end
end
complete --command splitrank --no-files --arguments '(__splitrank_complete)'
