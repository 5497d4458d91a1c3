/** Tests of the policy for backend sources. The pool with a source is tested in the package above. */
package io.apexproxy.runtime.source;
