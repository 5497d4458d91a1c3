package io.apexproxy.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The code in a document in Markdown. A block that is a file has a line before it with its path in backticks alone. */
final class CodeBlocks {

    private static final Pattern BLOCK =
            Pattern.compile("(?:^`([^`\n]+)`\n\n)?^```(\\w+)\n(.*?)^```$",
                    Pattern.MULTILINE | Pattern.DOTALL);
    private static final String SOURCES = "src/main/java/";

    private final List<Block> blocks;

    /**
     * A block.
     *
     * @param path of the file; empty if it is none
     * @param language after the opening fence
     * @param text between the fences
     */
    record Block(String path, String language, String text) {
    }

    private CodeBlocks(List<Block> blocks) {
        this.blocks = blocks;
    }

    static CodeBlocks in(Path document) {
        try {
            return new CodeBlocks(BLOCK.matcher(Files.readString(document)).results()
                    .map(found -> new Block(
                            found.group(1) == null ? "" : found.group(1), found.group(2), found.group(3)))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that are written in a language, in their order. */
    List<String> written(String language) {
        return blocks.stream().filter(block -> block.language().equals(language)).map(Block::text).toList();
    }

    /** The text of a file, which is there once. */
    String file(String path) {
        List<String> found = files(path);
        if (found.size() != 1) {
            throw new AssertionError(path + " is there " + found.size() + " times");
        }
        return found.get(0);
    }

    /** The texts of all files of one path, in their order. */
    List<String> files(String path) {
        return blocks.stream().filter(block -> block.path().equals(path)).map(Block::text).toList();
    }

    /** The sources of a project, by their paths below its source directory. */
    Map<String, String> sources(String project) {
        String prefix = project + "/" + SOURCES;
        Map<String, String> sources = new LinkedHashMap<>();
        blocks.stream().filter(block -> block.path().startsWith(prefix))
                .forEach(block -> sources.put(block.path().substring(prefix.length()), block.text()));
        return sources;
    }

    /** Writes all files of a project. */
    void write(String project, Path directory) throws IOException {
        for (Block block : blocks) {
            if (block.path().startsWith(project + "/")) {
                Path file = directory.resolve(block.path());
                Files.createDirectories(file.getParent());
                Files.writeString(file, block.text());
            }
        }
    }
}
