/// A shell whose command lines can be completed, and the script that makes it do so. The scripts ask
/// `bhtpack complete` for everything, so they know no command and no option themselves.
enum CompletedShell: String, CaseIterable {
  case bash, zsh, fish

  /// The script.
  var script: String {
    switch self {
    case .bash: Self.bashScript
    case .zsh: Self.zshScript
    case .fish: Self.fishScript
    }
  }

  /// Bash cuts words at = and : and wants only what follows the last of them.
  private static let bashScript = #"""
    # Completion of bhtpack for bash 4 and later:
    #   source <(bhtpack completion bash)
    _bhtpack() {
      local line=${COMP_LINE:0:COMP_POINT} words=() word spaced=1 i
      for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i == COMP_CWORD)); then word=$line; fi
        line=${line#"$word"}
        if [[ $spaced || ${#words[@]} -eq 0 ]]; then
          words+=("$word")
        else
          words[${#words[@]} - 1]+=$word
        fi
        spaced=
        if [[ $line == [[:space:]]* ]]; then
          spaced=1
          line=${line#"${line%%[![:space:]]*}"}
        fi
      done
      local typed=${words[${#words[@]} - 1]} lead= value
      if [[ $typed == *[=:]* && $typed != *[\'\"\\]* ]]; then lead=${typed%"${typed##*[=:]}"}; fi
      for i in "${!words[@]}"; do
        words[i]=${words[i]/#\~\//"$HOME/"}
        if [[ ${words[i]} == *[\'\"\\]* ]]; then
          # A quote may be open still.
          for word in "" \" \'; do
            if value=$(xargs printf %s <<<"${words[i]}$word" 2>/dev/null); then break; fi
          done
          words[i]=$value
        fi
      done
      COMPREPLY=()
      while IFS= read -r line; do
        value=${line%%$'\t'*}
        if [[ $line == $'\t'* ]]; then
          compopt -o filenames
          value=${typed#"$lead"}
          mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(
            if [[ $line == $'\tarchives' ]]; then
              compgen -d -- "$value"
              compgen -f -X '!*.bht' -- "$value"
            else
              compgen -f -- "$value"
            fi
          )
        else
          value=${value#"$lead"}
          if [[ $value == *= ]]; then compopt -o nospace; fi
          if [[ $typed != [\'\"]* && $value == *[^[:alnum:]=,._/@:%+-]* ]]; then printf -v value %q "$value"; fi
          COMPREPLY+=("$value")
        fi
      done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
    }
    complete -F _bhtpack bhtpack

    """#

  private static let zshScript = #"""
    #compdef bhtpack
    # Completion of bhtpack for zsh: a file _bhtpack in a folder of $fpath, or
    #   source <(bhtpack completion zsh)
    _bhtpack() {
      local line word also= result=1
      local -a plain told open
      word=${(Q)words[1]/#\~\//$HOME/}
      for line in ${(f)"$("$word" complete -- "${(@Q)words[2,CURRENT-1]/#\~\//$HOME/}" "${(Q)PREFIX}" 2>/dev/null)"}; do
        case $line in
          ($'\t'*) also=${line#$'\t'} ;;
          (*=) open+=("$line") ;;
          (*$'\t'*) told+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
          (*) plain+=("$line") ;;
        esac
      done
      if (( $#told )); then _describe -t words bhtpack told && result=0; fi
      if (( $#plain )); then compadd -a plain && result=0; fi
      if (( $#open )); then compadd -S '' -a open && result=0; fi
      if [[ $also ]]; then
        if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi
        if [[ $also == archives ]]; then
          _files -g '*.bht(-.)' && result=0
        else
          _files && result=0
        fi
      fi
      return result
    }
    if [[ $funcstack[1] == _bhtpack ]]; then
      _bhtpack "$@"
    else
      compdef _bhtpack bhtpack
    fi

    """#

  private static let fishScript = #"""
    # Completion of bhtpack for fish: ~/.config/fish/completions/bhtpack.fish, or
    #   bhtpack completion fish | source
    function __bhtpack_complete
      set -l before (commandline -opc)
      set -l typed (commandline -ct)
      set -l program (string replace -r '^~/' "$HOME/" -- $before[1])
      set -l lead (string match -r '^--[^=]*=' -- $typed)
      for line in ($program complete -- $before[2..-1] (string unescape -- $typed; or echo -- $typed) 2>/dev/null)
        switch $line
          case \tarchives
            __fish_complete_suffix (string replace -- "$lead" '' $typed) .bht | string replace -r '^' -- "$lead"
          case \tfiles
            __fish_complete_path (string replace -- "$lead" '' $typed) | string replace -r '^' -- "$lead"
          case '*'
            echo $line
        end
      end
    end
    complete -c bhtpack -f -a '(__bhtpack_complete)'

    """#
}
