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

/**
 * A file with TOML, which is read and decoded.
 *
 * @param path the absolute path of the file
 * @param name the name of the file in messages, relative to the same directory as the path that the user wrote
 */
record TomlFile(Path path, String name) {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /**
     * Reads the file. Can block if it is a pipe.
     *
     * @param maxBytes the maximum size
     * @param expected the description of the maximum size, for the message: {@code at most 4 MiB}
     */
    FileContent read(int maxBytes, String expected) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                return failure("expected a file, found a directory: give the path of a file in it");
            }
            if (!attributes.isRegularFile()) {
                return failure(FileContent.Kind.UNKNOWN, "expected a regular file, found a pipe or device: the file is"
                        + " read again on every change, so save it to disk");
            }
            return readContent(maxBytes, expected);
        } catch (NoSuchFileException e) {
            return failure(FileContent.Kind.MISSING,
                    "no such file (looked for " + path + "): create it or correct the path");
        } catch (AccessDeniedException e) {
            return failure("permission denied: let the user '" + System.getProperty("user.name")
                    + "' read the file and enter its directories");
        } catch (FileSystemException e) {
            return failure("cannot be read (" + (e.getReason() == null ? e.getMessage() : e.getReason())
                    + "): correct the path or the file system");
        } catch (IOException e) {
            return failure("cannot be read (" + e.getMessage() + "): check the file system");
        }
    }

    private FileContent readContent(int maxBytes, String expected) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            return bytes.length <= maxBytes ? new FileContent.Bytes(ByteBuffer.wrap(bytes)) : failure("expected "
                    + expected + ", found more: correct the path, or raise the limit with -D"
                    + SizeLimit.PROPERTY + "=BYTES in conf/jvm.options");
        }
    }

    /** Returns the content of a file that could not be opened in time. */
    FileContent timedOut(Duration timeout) {
        return failure(FileContent.Kind.UNKNOWN, "no content within " + timeout.toMillis()
                + " ms: expected a regular file on a responsive file system, not a pipe");
    }

    private FileContent failure(String message) {
        return failure(FileContent.Kind.OTHER, message);
    }

    private FileContent failure(FileContent.Kind kind, String message) {
        return new FileContent.Failure(kind, new ConfigProblem(Origin.of(name), message));
    }

    /**
     * Parses a content of the file.
     *
     * @throws ConfigException if it could not be read or is not valid TOML
     */
    ConfigTree.Table parse(FileContent content) {
        if (content instanceof FileContent.Failure failure) {
            throw new ConfigException(failure.problem().origin(), failure.problem().message());
        }
        return TomlTrees.parse(name, decode(((FileContent.Bytes) content).bytes().duplicate()));
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
}
