package io.apexproxy.runtime.tls.files;

/** Contexts that are made from the content of watched files. */
interface Refreshable {

    /**
     * Replaces the contexts if a content has changed. Called by the thread that watches the files.
     *
     * @throws IllegalStateException if the library rejects the content; the contexts before stay in use
     */
    void refresh();
}
