package io.apexproxy.dist.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Commands of the {@code console} blocks of a document, each with the output that the document shows.
 *
 * <p>Some effects take time, so a reader repeats a command if its output is missing. {@link #runIn} does the same.
 */
public final class ShownCommands {

    /** The documents start several JVMs at once. */
    private static final Duration PATIENCE = ApexProcess.PATIENCE.multipliedBy(2);
    private static final String PROMPT = "$ ";

    /** Parts of an output that differ from run to run, and their replacements in a comparison. */
    private static final Map<Pattern, String> VARYING = Map.of(
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"), "TIME",
            Pattern.compile("client=[\\d.]+:\\d+"), "client=ADDRESS",
            Pattern.compile("_ms=\\d+\\.\\d"), "_ms=DURATION",
            Pattern.compile("from_(client|backend)=\\d+"), "from_$1=BYTES", // depends on curl's version and the ports
            // a client or a probe notices the failure first
            Pattern.compile("\\((?:connect failed: )?[Cc]onnection refused\\)"), "(REFUSED)");

    private final List<Step> steps;

    /** A command and its output. */
    private record Step(String command, String output) {
    }

    private ShownCommands(List<Step> steps) {
        this.steps = steps;
    }

    /** Returns the commands of a document, in their order. */
    public static ShownCommands in(CodeBlocks document) {
        List<Step> steps = new ArrayList<>();
        for (String line : document.written("console").stream().flatMap(String::lines).toList()) {
            if (line.startsWith(PROMPT)) {
                steps.add(new Step(line.substring(PROMPT.length()), ""));
            } else {
                Step last = steps.remove(steps.size() - 1);
                steps.add(new Step(last.command(), (last.output() + "\n" + line).strip()));
            }
        }
        assertThat(steps).isNotEmpty();
        return new ShownCommands(steps);
    }

    /**
     * Runs the commands, each until its output is that of the document; fails if it never is.
     *
     * @param adaptation replaces parts of commands and outputs, such as ports
     */
    public void runIn(BashSession bash, UnaryOperator<String> adaptation) {
        for (Step step : steps) {
            String command = adaptation.apply(step.command());
            String expected = comparable(adaptation.apply(step.output()));
            await(command).atMost(PATIENCE).pollDelay(Duration.ZERO)
                    .untilAsserted(() -> assertThat(comparable(bash.run(command))).as(command).isEqualTo(expected));
        }
    }

    private static String comparable(String output) {
        String comparable = output;
        for (Map.Entry<Pattern, String> varying : VARYING.entrySet()) {
            comparable = varying.getKey().matcher(comparable).replaceAll(varying.getValue());
        }
        return comparable;
    }
}
