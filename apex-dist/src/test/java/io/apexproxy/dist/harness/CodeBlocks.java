package io.apexproxy.dist.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Code blocks of a Markdown document. The path of a file is in backticks on a line of its own before its block. */
public final class CodeBlocks {

    private static final Pattern BLOCK =
            Pattern.compile("(?:^`([^`\n]+)`\n\n)?^```(\\w*)\n(.*?)^```$",
                    Pattern.MULTILINE | Pattern.DOTALL);
    private static final String SOURCES = "src/main/java/";

    private final List<Block> blocks;

    /**
     * A block.
     *
     * @param path the path of the file; empty if the block is not a file
     * @param language the word after the opening fence
     * @param text the text between the fences
     */
    private record Block(String path, String language, String text) {
    }

    private CodeBlocks(List<Block> blocks) {
        this.blocks = blocks;
    }

    public static CodeBlocks in(Path document) {
        try {
            return new CodeBlocks(BLOCK.matcher(Files.readString(document)).results()
                    .map(found -> new Block(
                            found.group(1) == null ? "" : found.group(1), found.group(2), found.group(3)))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the texts of all blocks of a language, in their order. */
    public List<String> written(String language) {
        return blocks.stream().filter(block -> block.language().equals(language)).map(Block::text).toList();
    }

    /** Returns the text of a file; fails unless the document has exactly one such file. */
    public String file(String path) {
        List<String> found = files(path);
        if (found.size() != 1) {
            throw new AssertionError(path + ": " + found.size() + " blocks");
        }
        return found.get(0);
    }

    /** Returns the texts of all files of one path, in their order. */
    public List<String> files(String path) {
        return blocks.stream().filter(block -> block.path().equals(path)).map(Block::text).toList();
    }

    /** Returns the sources of a project by their paths below its source directory. */
    public Map<String, String> sources(String project) {
        String prefix = project + "/" + SOURCES;
        Map<String, String> sources = new LinkedHashMap<>();
        blocks.stream().filter(block -> block.path().startsWith(prefix))
                .forEach(block -> sources.put(block.path().substring(prefix.length()), block.text()));
        return sources;
    }

    /** Writes all files whose path begins with a prefix into a directory. */
    public void write(String prefix, Path directory) throws IOException {
        for (Block block : blocks) {
            if (!block.path().isEmpty() && block.path().startsWith(prefix)) {
                Path file = directory.resolve(block.path());
                Files.createDirectories(file.getParent());
                Files.writeString(file, block.text());
            }
        }
    }
}
