package io.apexproxy.api.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Checks {@code @since}, which shows plugin authors the API version that a plugin needs for a type. */
class SinceTest {

    @Test
    void everyTypeOfTheApiHasASinceTag() throws IOException {
        Map<String, String> since = new TreeMap<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> walk = Files.walk(Path.of("src/main/java"))) {
            List<Path> sources = walk.filter(file -> file.toString().endsWith(".java")).toList();
            var task = (JavacTask) compiler.getTask(
                    null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
            var types = new TypeScanner(DocTrees.instance(task), since);
            for (CompilationUnitTree source : task.parse()) {
                types.scan(source, source.getPackage() == null ? "" : source.getPackage().getPackageName().toString());
            }
        }

        assertThat(since).hasSizeGreaterThan(20)
                .containsEntry("io.apexproxy.api.Provider", "0.1")
                .allSatisfy((type, version) -> assertThat(version).as("@since of %s", type).matches("\\d+\\.\\d+"));
    }

    /** Collects the version of each type, including nested types. The argument is the name of the enclosing element. */
    private static final class TypeScanner extends TreePathScanner<Void, String> {

        private final DocTrees docs;
        private final Map<String, String> since;

        private TypeScanner(DocTrees docs, Map<String, String> since) {
            this.docs = docs;
            this.since = since;
        }

        @Override
        public Void visitClass(ClassTree type, String outer) {
            if (type.getSimpleName().length() == 0 || type.getModifiers().getFlags().contains(Modifier.PRIVATE)) {
                return null; // anonymous or private: not part of the API
            }
            String name = outer + "." + type.getSimpleName();
            since.put(name, version(getCurrentPath()));
            return super.visitClass(type, name);
        }

        private String version(TreePath type) {
            DocCommentTree comment = docs.getDocCommentTree(type);
            return comment == null ? "" : comment.getBlockTags().stream()
                    .filter(tag -> tag.getKind() == DocTree.Kind.SINCE)
                    .map(tag -> tag.toString().replace("@since", "").strip())
                    .findFirst().orElse("");
        }
    }
}
