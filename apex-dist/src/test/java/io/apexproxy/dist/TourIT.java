package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.FreePorts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of the tour in README.md. Runs its commands in one shell, with free ports. Repeats a command until its output
 * is that of the README, because some effects are delayed.
 */
@DisabledOnOs(OS.WINDOWS)
class TourIT {

    /** The tour starts several JVMs at once. */
    private static final Duration PATIENCE = ApexProcess.PATIENCE.multipliedBy(2);
    private static final String PROMPT = "$ ";
    private static final Pattern PORT = Pattern.compile("\\b(?:8081|9000|9001|9002|9901)\\b");

    /** Texts that vary between runs, and their replacements for the comparison. */
    private static final Map<Pattern, String> VARYING = Map.of(
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"), "TIME",
            Pattern.compile("client=127\\.0\\.0\\.1:\\d+"), "client=ADDRESS",
            Pattern.compile("_ms=\\d+\\.\\d"), "_ms=DURATION",
            Pattern.compile("from_(client|backend)=\\d+"), "from_$1=BYTES", // the name of curl's version, ports
            // a client or a probe was the first to notice
            Pattern.compile("\\((?:connect failed: )?[Cc]onnection refused\\)"), "(REFUSED)");

    private final Map<String, String> ports = new HashMap<>();

    @TempDir
    Path directory;

    /** A command and its output. */
    private record Step(String command, String output) {
    }

    @Test
    void everyCommandPrintsTheOutputOfTheReadme() throws IOException {
        assumeTrue(isInstalled("bash") && isInstalled("curl"), "skipped: there is no bash or no curl on the PATH");
        Path home = Distribution.copiedTo(directory).home();
        CodeBlocks readme = CodeBlocks.in(home.resolve("README.md"));
        for (String file : List.of("Hello.java", "config.toml")) {
            Files.writeString(home.resolve(file), withFreePorts(readme.file(file)));
        }
        // no progress bars, and no HTTP proxy of the machine
        Files.writeString(directory.resolve(".curlrc"), "silent\nshow-error\nnoproxy = *\n");
        List<Step> tour = readme.written("console").stream().flatMap(block -> steps(block).stream()).toList();

        assertThat(tour).hasSizeGreaterThan(20);
        try (var shell = new Shell(home, directory)) {
            for (Step step : tour) {
                await(step.command()).atMost(PATIENCE).untilAsserted(() ->
                        assertThat(normalized(shell.run(withFreePorts(step.command()))))
                                .as(step.command()).isEqualTo(normalized(withFreePorts(step.output()))));
            }
        }
    }

    private static List<Step> steps(String block) {
        List<Step> steps = new ArrayList<>();
        for (String line : block.lines().toList()) {
            if (line.startsWith(PROMPT)) {
                steps.add(new Step(line.substring(PROMPT.length()), ""));
            } else {
                Step last = steps.remove(steps.size() - 1);
                steps.add(new Step(last.command(), (last.output() + "\n" + line).strip()));
            }
        }
        return steps;
    }

    private String withFreePorts(String text) {
        return PORT.matcher(text).replaceAll(port ->
                ports.computeIfAbsent(port.group(), shown -> Integer.toString(FreePorts.next())));
    }

    private static String normalized(String output) {
        String comparable = output;
        for (Map.Entry<Pattern, String> varying : VARYING.entrySet()) {
            comparable = varying.getKey().matcher(comparable).replaceAll(varying.getValue());
        }
        return comparable;
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    /** A shell session; jobs and open files last from command to command. */
    private static final class Shell implements AutoCloseable {

        /** Printed after each command, on a line of its own. */
        private static final String END = "--- the command has ended ---";

        private final Process bash;
        private final BufferedReader output;

        Shell(Path workingDirectory, Path curlHome) throws IOException {
            String java = System.getProperty("java.home");
            var builder = new ProcessBuilder("bash").directory(workingDirectory.toFile()).redirectErrorStream(true);
            Map<String, String> environment = builder.environment();
            environment.keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")); // Java prints them
            environment.put("JAVA_HOME", java);
            environment.put("PATH", Path.of(java, "bin") + File.pathSeparator + environment.get("PATH"));
            environment.put("CURL_HOME", curlHome.toString());
            bash = builder.start();
            output = bash.inputReader();
        }

        String run(String command) throws IOException {
            bash.outputWriter().append(command).append("\nprintf '\\n%s\\n' '").append(END).append("'\n").flush();
            List<String> lines = new ArrayList<>();
            for (String line = output.readLine(); !END.equals(line); line = output.readLine()) {
                if (line == null) {
                    throw new IOException("the shell has ended after: " + String.join("\n", lines));
                }
                lines.add(line);
            }
            return String.join("\n", lines).strip();
        }

        @Override
        public void close() {
            bash.descendants().toList().forEach(ProcessHandle::destroyForcibly); // read before the end of their parent
            bash.destroyForcibly().onExit().join();
        }
    }
}
