package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * An element of {@code include}: the path of a file, or a directory with a pattern for the names of files in it.
 *
 * <p>As in a shell, a wildcard does not match a leading dot: editors and Kubernetes use such names for other purposes.
 */
final class IncludePattern {

    /** A larger directory is probably a wrong path. It would be listed several times a second. */
    static final int MAX_ENTRIES = 10_000;

    private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

    private final String name;
    private final Origin origin;
    private final TomlFile main;
    private final String text;
    /** The path before the last slash; empty for the directory of the main file. */
    private final String directory;
    private final Optional<PathMatcher> matcher;
    private final Path watched;

    /**
     * Creates a pattern.
     *
     * @param name the name of the element in messages: {@code include[0]}
     * @param origin the origin of the text
     * @param text the path or pattern
     * @param main the file that includes; the path is relative to its directory
     * @throws ConfigException if the text is not a valid path or pattern
     */
    IncludePattern(String name, Origin origin, String text, TomlFile main) {
        this.name = name;
        this.origin = origin;
        this.text = text;
        this.main = main;
        int slash = text.lastIndexOf('/');
        directory = text.substring(0, slash + 1);
        String last = text.substring(slash + 1);
        if (last.isBlank()) {
            throw problem("expected the path of a file such as \"conf.d/*.toml\", found '" + text + "'");
        }
        if (text.contains("${env:")) {
            throw problem("expected a path without a variable, found '" + text + "': write the path");
        }
        if (WILDCARD.matcher(directory).find()) {
            throw problem("expected a wildcard in the name of the file only, found '" + text
                    + "': write a pattern for each directory");
        }
        try {
            matcher = WILDCARD.matcher(last).find()
                    ? Optional.of(main.path().getFileSystem().getPathMatcher("glob:" + last)) : Optional.empty();
            watched = main.path().resolveSibling(matcher.isPresent() ? directory : text);
        } catch (PatternSyntaxException e) {
            throw problem("expected a pattern such as \"*.toml\", found '" + last + "' (" + e.getDescription() + ")");
        } catch (InvalidPathException e) {
            throw problem("expected the path of a file, found '" + text + "' (" + e.getReason() + ")");
        }
    }

    Origin origin() {
        return origin;
    }

    /** Returns an exception with the origin and the name of this element. */
    ConfigException problem(String message) {
        return new ConfigException(origin, name + ": " + message);
    }

    /** Returns the path whose attributes change when other files match: the directory of a pattern, else the file. */
    Path watched() {
        return watched;
    }

    boolean hasWildcard() {
        return matcher.isPresent();
    }

    /**
     * Returns the files, in the order of their names. A path without a wildcard is returned even if there is no file.
     *
     * @throws ConfigException if the directory cannot be listed
     */
    List<TomlFile> files() {
        if (matcher.isEmpty()) {
            return List.of(file(text));
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(watched)) {
            return matching(entries).stream().sorted().map(found -> file(directory + found)).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (NotDirectoryException e) {
            throw problem("expected a directory, found a file: " + watched);
        } catch (AccessDeniedException e) {
            throw problem("permission denied: let the user '" + System.getProperty("user.name")
                    + "' read the directory " + watched);
        } catch (DirectoryIteratorException e) {
            throw problem("cannot list " + watched + " (" + e.getCause().getMessage() + "): check the file system");
        } catch (IOException e) {
            throw problem("cannot list " + watched + " (" + e.getMessage() + "): check the file system");
        }
    }

    private List<String> matching(DirectoryStream<Path> entries) {
        boolean includesHidden = text.startsWith(".", directory.length());
        List<String> names = new ArrayList<>();
        int seen = 0;
        for (Path entry : entries) {
            seen++;
            if (seen > MAX_ENTRIES) {
                throw problem("expected at most " + MAX_ENTRIES + " entries in " + watched
                        + ", found more: move other files to another directory");
            }
            Path found = entry.getFileName();
            boolean isHidden = found.toString().startsWith(".");
            if ((includesHidden || !isHidden) && matcher.orElseThrow().matches(found)) {
                names.add(found.toString());
            }
        }
        return names;
    }

    private TomlFile file(String relative) {
        return new TomlFile(main.path().resolveSibling(relative),
                Path.of(main.name()).resolveSibling(relative).toString());
    }
}
