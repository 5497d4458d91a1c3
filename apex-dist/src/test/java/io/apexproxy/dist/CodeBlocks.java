package io.apexproxy.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The code blocks of a Markdown document. A line with only a path in backticks precedes each block that is a file. */
final class CodeBlocks {

    private static final Pattern BLOCK =
            Pattern.compile("(?:^`([^`\n]+)`\n\n)?^```(\\w+)\n(.*?)^```$",
                    Pattern.MULTILINE | Pattern.DOTALL);
    private static final String SOURCES = "src/main/java/";

    private final List<Block> blocks;

    /**
     * A code block.
     *
     * @param path the path of the file; empty if the block is not a file
     * @param language the language after the opening fence
     * @param text the text between the fences
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

    /** Returns the texts of all blocks in a language, in document order. */
    List<String> written(String language) {
        return blocks.stream().filter(block -> block.language().equals(language)).map(Block::text).toList();
    }

    /** Returns the text of a file that occurs once. */
    String file(String path) {
        List<String> found = files(path);
        if (found.size() != 1) {
            throw new AssertionError(path + " is there " + found.size() + " times");
        }
        return found.get(0);
    }

    /** Returns the texts of all files with a path, in document order. */
    List<String> files(String path) {
        return blocks.stream().filter(block -> block.path().equals(path)).map(Block::text).toList();
    }

    /** Returns the sources of a project by their paths below its source directory. */
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
