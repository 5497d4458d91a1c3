package io.apexproxy.dist;

import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configuration of the log of a distribution, and the examples of {@code write-log-files.md}. */
final class LogbackFile {

    private final Path file;

    private LogbackFile(Path file) {
        this.file = file;
    }

    static LogbackFile of(Distribution apex) {
        return new LogbackFile(apex.home().resolve("conf/logback.xml"));
    }

    /** Returns the first example that contains a text. */
    static String example(String text) {
        return CodeBlocks.in(Distribution.built().resolve("docs/tasks/write-log-files.md")).written("xml").stream()
                .filter(block -> block.contains(text)).findFirst().orElseThrow();
    }

    /** Replaces the appender with this name. */
    void replace(String appender, String xml) throws IOException {
        Pattern shipped = Pattern.compile("<appender name=\"" + appender + "\" .*?</appender>", Pattern.DOTALL);
        Files.writeString(file, shipped.matcher(Files.readString(file))
                .replaceFirst(Matcher.quoteReplacement(xml)));
    }
}
