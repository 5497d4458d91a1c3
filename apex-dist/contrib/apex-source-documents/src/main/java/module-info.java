/**
 * Backend sources that read JSON documents: {@code http} fetches one from a server, {@code directory} reads files.
 *
 * <p>The module exports nothing. The runtime finds the providers as services.
 */
module io.apexproxy.source.documents {
    requires io.apexproxy.api;
    requires java.net.http;
    requires com.fasterxml.jackson.core; // in plugins/apex-source-documents/; the parser of JSON
    requires com.fasterxml.jackson.jr.ob; // in plugins/apex-source-documents/; JSON as maps and lists

    provides io.apexproxy.api.source.BackendSourceProvider with
            io.apexproxy.source.documents.HttpSourceProvider,
            io.apexproxy.source.documents.DirectorySourceProvider;
}
