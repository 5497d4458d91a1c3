package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;

/** The file: its bytes, its text, and what is wrong with them. */
final class TomlFile {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path path;
    private final String name;
    private final int maxBytes;
    private final ReadThreads threads;
    private final ConfigProblem missing;
    private final ConfigProblem irregular;
    private final ConfigProblem silent;

    /**
     * Creates the file; nothing is read.
     *
     * @param path where it is, absolute
     * @param name what the user calls it
     * @param maxBytes the largest size that is read
     * @param patience the longest time that one look takes
     */
    TomlFile(Path path, String name, int maxBytes, Duration patience) {
        this.path = path;
        this.name = name;
        this.maxBytes = maxBytes;
        this.threads = new ReadThreads(patience);
        this.missing = problem("no such file (looked for " + path + "): create it or correct the path");
        this.irregular = problem("expected a regular file, found a pipe or device: the file is read again on every"
                + " change, so save it to disk");
        this.silent = problem("did not open or deliver its content within " + patience.toMillis()
                + " ms: expected a regular file on a file system that answers, not a pipe");
    }

    Path path() {
        return path;
    }

    String name() {
        return name;
    }

    /**
     * Looks at the file as it is now.
     *
     * @return its content, a {@link ByteBuffer}, or the {@link ConfigProblem} that keeps it from being read; equal to
     *     that of an earlier look if nothing changed
     */
    Object look() {
        return threads.call(this::lookNow).orElse(silent);
    }

    private Object lookNow() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                return problem("expected a file, found a directory: give the path of a file in it");
            }
            if (!attributes.isRegularFile()) {
                return irregular;
            }
            return content();
        } catch (NoSuchFileException e) {
            return missing;
        } catch (AccessDeniedException e) {
            return problem("permission denied: let the user '" + System.getProperty("user.name")
                    + "' read the file and enter its directories");
        } catch (FileSystemException e) {
            return problem("cannot be read (" + (e.getReason() == null ? e.getMessage() : e.getReason())
                    + "): correct the path or the file system");
        } catch (IOException e) {
            return problem("cannot be read (" + e.getMessage() + "): check the file system");
        }
    }

    private Object content() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            return bytes.length <= maxBytes ? ByteBuffer.wrap(bytes) : problem("expected at most "
                    + SizeLimit.text(maxBytes) + ", found more: correct the path, or raise the limit with -D"
                    + SizeLimit.PROPERTY + "=BYTES in conf/jvm.options");
        }
    }

    /** Tells whether somebody may be in the middle of replacing the file: it is missing, or empty. */
    boolean isVacant() {
        return isVacant(look());
    }

    /** Tells the same of what {@link #look} returned. */
    boolean isVacant(Object evidence) {
        return evidence.equals(missing) || evidence instanceof ByteBuffer content && !content.hasRemaining();
    }

    /** Returns whether what {@link #look} returned says nothing about the content: a pipe, or no answer in time. */
    boolean isObstacle(Object evidence) {
        return evidence.equals(irregular) || evidence.equals(silent);
    }

    /** Makes a reading of what {@link #look} returned. */
    ReadResult parse(Object evidence) {
        try {
            if (evidence instanceof ConfigProblem problem) {
                throw new ConfigException(problem.origin(), problem.message());
            }
            ConfigTree.Table tree = TomlTrees.parse(name, decode(((ByteBuffer) evidence).duplicate()));
            return new ReadResult.Parsed(evidence, tree);
        } catch (ConfigException e) {
            return new ReadResult.Failed(evidence, e);
        }
    }

    private String decode(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports malformed input unless told otherwise
        CharBuffer characters = CharBuffer.allocate(bytes.remaining());
        CoderResult result = decoder.decode(bytes, characters, true);
        String text = characters.flip().toString();
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            text = text.substring(1);
        }
        if (result.isError()) {
            String lastLine = text.substring(text.lastIndexOf('\n') + 1);
            int line = 1 + (int) text.chars().filter(character -> character == '\n').count();
            int column = 1 + lastLine.codePointCount(0, lastLine.length());
            String found = SecretLines.of(text).contains(line) ? "another byte, which is not shown, as it may be part"
                    + " of a secret" : "the byte 0x%02X".formatted(bytes.get());
            throw new ConfigException(new Origin(name, line, column),
                    "expected UTF-8, found " + found + ": save the file as UTF-8");
        }
        return text;
    }

    private ConfigProblem problem(String message) {
        return new ConfigProblem(Origin.of(name), message);
    }
}
