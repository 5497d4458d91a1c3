package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.config.tree.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Error messages for invalid arguments. */
final class UsageHint {

    /** Commands of similar programs, with the equivalent of Apex. */
    private static final Map<String, String> SYNONYMS = Map.of(
            "start", "run", "serve", "run", "up", "run",
            "test", "check", "validate", "check", "configtest", "check",
            "help", "--help", "version", "--version");

    private UsageHint() {
    }

    /** Returns the mistake and, if the intended command is likely, a suggestion. */
    static String text(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched) || unmatched.getUnmatched().isEmpty()
                || unmatched.isUnknownOption()) {
            return failure.getMessage();
        }
        String word = unmatched.getUnmatched().get(0);
        Set<String> commands = failure.getCommandLine().getSubcommands().keySet();
        String name = failure.getCommandLine().getCommandName();
        if (commands.isEmpty() && !failure.getCommandLine().getCommandSpec().positionalParameters().isEmpty()) {
            return "'" + word + "': '" + name + "' takes fewer arguments";
        }
        if (commands.isEmpty()) {
            return "'" + word + "': '" + name + "' takes options only" + (word.endsWith(".toml")
                    ? ": write apex " + name + " --config " + word : "");
        }
        if (SYNONYMS.containsKey(word)) {
            return "no command '" + word + "' (did you mean '" + SYNONYMS.get(word) + "'?)";
        }
        List<String> known = new ArrayList<>(commands);
        return "no command '" + word + "'" + Problems.didYouMean(word, known) + (word.endsWith(".toml")
                ? ": write apex --config " + word : "; commands: " + String.join(", ", known));
    }
}
