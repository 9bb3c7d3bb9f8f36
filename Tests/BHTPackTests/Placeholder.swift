@testable import bhtpack
