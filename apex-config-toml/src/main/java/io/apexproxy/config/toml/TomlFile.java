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

/** Reader and decoder of the configuration file. */
final class TomlFile {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path path;
    private final String name;
    private final int maxBytes;
    private final ReadThreads threads;
    private final boolean optional;
    private final ConfigProblem missing;
    private final ConfigProblem notRegular;
    private final ConfigProblem timedOut;

    /**
     * Creates a reader; nothing is read.
     *
     * @param path the absolute path of the file
     * @param name the name of the file in messages, as written by the user
     * @param maxBytes the maximum size of the file
     * @param readTimeout the maximum time of one read
     * @param optional whether a missing file counts as an empty one
     */
    TomlFile(Path path, String name, int maxBytes, Duration readTimeout, boolean optional) {
        this.path = path;
        this.name = name;
        this.optional = optional;
        this.maxBytes = maxBytes;
        this.threads = new ReadThreads(readTimeout);
        this.missing = problem("no such file (looked for " + path + "): create it or correct the path");
        this.notRegular = problem("expected a regular file, found a pipe or device: the file is read again on every"
                + " change, so save it to disk");
        this.timedOut = problem("no content within " + readTimeout.toMillis()
                + " ms: expected a regular file on a responsive file system, not a pipe");
    }

    Path path() {
        return path;
    }

    String name() {
        return name;
    }

    /**
     * Reads the file.
     *
     * @return its content, a {@link ByteBuffer}, or the {@link ConfigProblem} of reading it; equal to the result of an
     *     earlier read if nothing changed
     */
    Object read() {
        return threads.call(this::readNow).orElse(timedOut);
    }

    private Object readNow() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                return problem("expected a file, found a directory: give the path of a file in it");
            }
            if (!attributes.isRegularFile()) {
                return notRegular;
            }
            return readContent();
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

    private Object readContent() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            return bytes.length <= maxBytes ? ByteBuffer.wrap(bytes) : problem("expected at most "
                    + SizeLimit.text(maxBytes) + ", found more: correct the path, or raise the limit with -D"
                    + SizeLimit.PROPERTY + "=BYTES in conf/jvm.options");
        }
    }

    /** Returns whether the file is missing or empty, which can be a step of its replacement. */
    boolean isMissingOrEmpty() {
        return isMissingOrEmpty(read());
    }

    /** Returns whether this result of {@link #read} is a missing or empty file. */
    boolean isMissingOrEmpty(Object content) {
        return content.equals(missing) || (content instanceof ByteBuffer bytes && !bytes.hasRemaining());
    }

    /** Returns whether this result of {@link #read} leaves the content unknown: a pipe, or a timeout. */
    boolean isUnknown(Object content) {
        return content.equals(notRegular) || content.equals(timedOut);
    }

    /** Parses a result of {@link #read}. */
    ReadResult parse(Object content) {
        try {
            if (optional && content.equals(missing)) {
                return new ReadResult.Parsed(content, TomlTrees.parse(name, ""));
            }
            if (content instanceof ConfigProblem problem) {
                throw new ConfigException(problem.origin(), problem.message());
            }
            ConfigTree.Table tree = TomlTrees.parse(name, decode(((ByteBuffer) content).duplicate()));
            return new ReadResult.Parsed(content, tree);
        } catch (ConfigException e) {
            return new ReadResult.Failed(content, e);
        }
    }

    private String decode(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports malformed input by default
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
            String found = SecretLines.of(text).contains(line) ? "another byte, which is hidden because it can be"
                    + " part of a secret" : "the byte 0x%02X".formatted(bytes.get());
            throw new ConfigException(new Origin(name, line, column),
                    "expected UTF-8, found " + found + ": save the file as UTF-8");
        }
        return text;
    }

    private ConfigProblem problem(String message) {
        return new ConfigProblem(Origin.of(name), message);
    }
}
