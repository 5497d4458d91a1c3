package io.apexproxy.dist.harness;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A bash process in which jobs, variables and open files last from command to command. */
public final class BashSession implements AutoCloseable {

    /** Printed after each command, on a line of its own. */
    private static final String END = "--- end of the command ---";

    private final Process bash;
    private final BufferedReader output;

    private BashSession(Process bash) {
        this.bash = bash;
        this.output = bash.inputReader();
    }

    /**
     * Starts a session.
     *
     * @param prefix the command that starts bash, such as that of {@link Namespaces}; can be empty
     * @param workingDirectory the working directory of the session
     * @param curlHome the directory for the configuration of curl
     */
    public static BashSession start(List<String> prefix, Path workingDirectory, Path curlHome) throws IOException {
        // no progress bars, as in a terminal, and no HTTP proxy of this machine
        Files.writeString(curlHome.resolve(".curlrc"), "silent\nshow-error\nnoproxy = *\n");
        String java = System.getProperty("java.home");
        var builder = new ProcessBuilder(Stream.concat(prefix.stream(), Stream.of("bash")).toList())
                .directory(workingDirectory.toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        // Java prints the first two; a control socket must be in the directory for temporary files of the copy
        environment.keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "RUNTIME_DIRECTORY",
                "XDG_RUNTIME_DIR"));
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        environment.put("JAVA_HOME", java);
        environment.put("PATH", Path.of(java, "bin") + File.pathSeparator + environment.get("PATH"));
        environment.put("CURL_HOME", curlHome.toString());
        return new BashSession(builder.start());
    }

    /** Runs a command to its end, and returns its output. */
    public String run(String command) throws IOException {
        bash.outputWriter().append(command).append("\nprintf '\\n%s\\n' '").append(END).append("'\n").flush();
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); !END.equals(line); line = output.readLine()) {
            if (line == null) {
                throw new IOException("bash has ended after: " + String.join("\n", lines));
            }
            lines.add(line);
        }
        return String.join("\n", lines).strip();
    }

    @Override
    public void close() {
        // listed before bash ends, because orphans are no longer its descendants
        bash.descendants().toList().forEach(ProcessHandle::destroyForcibly);
        bash.destroyForcibly().onExit().join();
    }
}
